"""The WSGI application that granian or gunicorn serves."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings")

application = get_wsgi_application()

from cms.demo_accounts import refuse_in_production  # noqa: E402  needs the apps that the line above loads

refuse_in_production()
