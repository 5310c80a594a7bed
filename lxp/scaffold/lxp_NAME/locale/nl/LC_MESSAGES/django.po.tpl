msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\n"
"Content-Transfer-Encoding: 8bit\n"
"Language: nl\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\n"

msgid "ENGLISH"
msgstr "TITLE"

msgid "message"
msgstr "bericht"

msgid "messages"
msgstr "berichten"

msgid "day"
msgstr "dag"

msgid "Write something."
msgstr "Schrijf iets."

msgid "Everybody can read it now."
msgstr "Iedereen kan het nu lezen."

msgid "Removed."
msgstr "Weggehaald."

msgid "All messages"
msgstr "Alle berichten"

msgid "No message for today yet"
msgstr "Nog geen bericht voor vandaag"

msgid "Write one"
msgstr "Schrijf er een"

msgid "Your colleagues read it on their home."
msgstr "Je collega's lezen het op hun startpagina."

msgid "Messages that you wrote"
msgstr "Berichten die je schreef"

msgid "Publish this message"
msgstr "Plaats dit bericht"

msgid "Remove"
msgstr "Verwijder"

msgid "No messages yet"
msgstr "Nog geen berichten"

msgid "What your organisation writes to you comes here."
msgstr "Wat je organisatie je schrijft, komt hier."
