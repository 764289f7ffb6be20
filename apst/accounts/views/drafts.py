"""Saving what is typed, three seconds after the last key."""

import json
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.http.request import RawPostDataException
from django.views.decorators.http import require_http_methods

from apst.accounts import policies, services
from apst.accounts.exceptions import DraftIsNewer, DraftTooLarge
from apst.web.allowed import allowed
from apst.web.requests import MemberRequest


def _read(body: bytes) -> tuple[dict[str, Any], int] | None:
    try:
        sent = json.loads(body)
        payload, version = sent["payload"], sent.get("version") or 0
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    if not isinstance(payload, dict) or not isinstance(version, int) or isinstance(version, bool):
        return None
    return payload, version


def _body(request: MemberRequest) -> bytes:
    """Give what was sent; nothing where it was a form, which has been read by now."""
    try:
        return request.body
    except RawPostDataException:
        return b""


@require_http_methods(["GET", "POST"])
@allowed(policies.is_member)
def draft(request: MemberRequest, key: str) -> HttpResponse:
    """Give or keep one's own draft of a form. POST {"payload", "version"}; 409 with the newer version when it is
    stale.
    """
    if request.method == "GET":
        held = services.draft_for(key)
        if held is None:
            return JsonResponse({"payload": {}, "version": 0, "saved_at": None})
        return JsonResponse({"payload": held.payload, "version": held.version, "saved_at": held.updated_at.isoformat()})
    sent = _read(_body(request))
    if sent is None:
        return JsonResponse({"error": "Send a JSON object with payload and version."}, status=400)
    payload, version = sent
    stranger = payload.get("taskforce")
    if stranger and stranger != str(request.member.taskforce.public_id):
        return JsonResponse({"error": "This form belongs to another taskforce."}, status=403)
    try:
        held = services.save_draft(key, payload, version=version)
    except DraftIsNewer as newer:
        return JsonResponse({"error": str(newer), "version": newer.version}, status=409)
    except DraftTooLarge as error:
        return JsonResponse({"error": str(error)}, status=413)
    held.refresh_from_db(fields=["updated_at"])
    return JsonResponse({"version": held.version, "saved_at": held.updated_at.isoformat()})
