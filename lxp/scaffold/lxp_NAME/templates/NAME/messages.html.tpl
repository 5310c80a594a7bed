{% extends "lxp/base.html" %}{% comment "text/markdown" %}
- `found`: messages that the reader may see, latest first
- `form`: MessageForm, and `administered`: the organisation for which it is; both None for who does not administer one
{% endcomment %}{% load i18n lxp_ui %}
{% block title %}{% translate "ENGLISH" %}{% endblock %}
{% block main %}
<div class="wrap wrap--text section flow">
  <h1>{% translate "ENGLISH" %}</h1>
  {% if form %}
  <busy-form><form class="form panel" method="post" novalidate>
    {% csrf_token %}
    {% include "c/form.html" with form=form only %}
    <div class="form__actions"><button class="btn" type="submit">{% translate "Publish this message" %}</button></div>
  </form></busy-form>
  {% endif %}
  {% if found %}
  <ul class="rows">
    {% for message in found %}
    <li>
      <div><p><strong>{{ message.text }}</strong></p><p class="small muted">{{ message.organisation }} · {{ message.day|date:"j F Y" }}</p></div>
      {% if message.organisation == administered %}<form method="post" action="{% url 'NAME:remove' message.pk %}">{% csrf_token %}<button class="btn btn--line btn--s" type="submit">{% translate "Remove" %}<span class="vh">: {{ message.text }}</span></button></form>{% endif %}
    </li>
    {% endfor %}
  </ul>
  {% else %}{% translate "No messages yet" as title %}{% translate "What your organisation writes to you comes here." as text %}{% include "c/empty.html" with title=title text=text only %}{% endif %}
</div>
{% endblock %}
