"""Everything that speaks HTTP to visitors, apps and the platform's webhooks."""

from flask import Flask, Response, request

from widget_server.web.api import health, problems
from widget_server.web.api.openapi import register_api
from widget_server.web.pages import book, builder, decide, docs, embed, gallery, manage
from widget_server.web.pages import views as pages
from widget_server.web.pages.words import register_words
from widget_server.web.parts import parts
from widget_server.web.security.headers import secure
from widget_server.web.webhooks import views as webhooks
from widget_server.web.widget_script import views as widget_script


def register_web(app: Flask) -> None:
    """Add every route, and what goes before and after each of them."""
    app.before_request(_admit)
    app.after_request(_finish)
    register_api(app)
    register_words(app)
    own = (pages, gallery, builder, embed, book, manage, decide, docs)
    for module in (health, widget_script, webhooks, *own):
        app.register_blueprint(module.blueprint)
    problems.register(app)


def _admit() -> Response | None:
    # The form counts itself, and shows a refusal beside what was typed.
    if request.endpoint != "book.send":
        parts().limits.check()
    return parts().origins.preflight()


def _finish(response: Response) -> Response:
    return secure(parts().origins.mark(response))
