"""The application for any WSGI server: `gunicorn wsgi:app`."""

from widget_server.app import create_app

app = create_app()
