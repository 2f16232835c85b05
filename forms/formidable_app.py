"""django-formidable, with the one setting that keeps its migrations quiet."""

from formidable.app import FormidableConfig as Base


class FormidableConfig(Base):
    default_auto_field = "django.db.models.AutoField"
