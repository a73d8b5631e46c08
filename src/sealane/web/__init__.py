"""Door 1, HTTP: the API, the console and the public pages of one installation, as one ASGI application.

    app.build(lane)         the application, for any ASGI server
    server.run(lane, ...)   the same behind uvicorn, with limits on what uvicorn leaves open
    api.ROUTES              the one table of routes: routing, admission, OpenAPI, metrics and reference come from it

A call's way: `app` finds the endpoint, `endpoint` admits the caller (`auth`, `limits`), runs the action in `api/`, and
replies (`replies`) or refuses (`problems`). Whatever decides anything lies behind the door, in `sealane.flows`.
"""
