{% comment "text/markdown" %}- `found`: messages of today, latest first{% endcomment %}{% load i18n lxp_ui %}
<section class="wrap section flow" aria-labelledby="NAME-title">
  <h2 id="NAME-title">{% translate "ENGLISH" %}</h2>
  <ul class="rows">{% for message in found %}<li><div><p><strong>{{ message.text }}</strong></p><p class="small muted">{{ message.organisation }}</p></div></li>{% endfor %}</ul>
  <p><a href="{% url 'NAME:messages' %}">{% translate "All messages" %}</a></p>
</section>
