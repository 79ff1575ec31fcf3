"""What a step of the trail is called on this page: by the thing itself where the page has it at hand."""

from __future__ import annotations

from django import template
from django.template import Context

from web.trail import Step

register = template.Library()


@register.simple_tag(takes_context=True)
def called(context: Context, step: Step) -> str:
    """The thing's own name (a run's label, a person's name), else the place's."""
    if step.of is None:
        return str(step.label)
    name, attribute = step.of
    return str(getattr(context.get(name), attribute, "") or step.label)
