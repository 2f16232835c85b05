"""Registration only."""

from core import admin

admin.register()
