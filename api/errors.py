"""Every error of the API as a problem (RFC 9457): one shape, stable codes, sentences in the reader's language."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.core.signals import got_request_exception
from django.http import Http404, HttpResponse
from django.utils.translation import get_language
from rest_framework import exceptions
from rest_framework.views import set_rollback

from api.auth import KeyRefusedError
from contributors.errors import DomainError
from contributors.refusals.message import Message

log = logging.getLogger(__name__)

PROBLEM_TYPE = "application/problem+json"
PRECONDITION_FAILED = 412

API_MESSAGES: dict[str, Message] = {
    "malformed": Message(400, "Nội dung gửi lên không phải JSON đọc được.", "The body is no readable JSON."),
    "login_needed": Message(401, "Hãy đăng nhập.", "Log in first."),
    "login_wrong": Message(401, "Số điện thoại hoặc mật khẩu chưa đúng.", "The phone number or password is wrong."),
    "key_wrong": Message(
        401,
        "Khoá truy cập không đúng, đã thu hồi hoặc đã hết hạn.",
        "The access key is wrong, withdrawn or expired.",
    ),
    "key_scope": Message(
        403,
        "Khoá truy cập này không được cấp quyền “{scope}”.",
        "This access key was not given the scope “{scope}”.",
    ),
    "csrf_failed": Message(
        403,
        "Thiếu mã CSRF của phiên đăng nhập; hãy gửi kèm tiêu đề X-CSRFToken.",
        "The session's CSRF token is missing; send it in the header X-CSRFToken.",
    ),
    "address_unknown": Message(
        404,
        "Không có địa chỉ này. Mọi địa chỉ kết thúc bằng dấu “/”.",
        "There is no such address. Every address ends with “/”.",
    ),
    "portal_unknown": Message(
        404,
        "Không có trang “{portal}” nào mà bạn tham gia.",
        "There is no portal “{portal}” that you belong to.",
    ),
    "portal_needed": Message(
        422,
        "Bạn tham gia nhiều trang; hãy ghi trang cần dùng vào tiêu đề X-Portal.",
        "You belong to several portals; name one in the header X-Portal.",
    ),
    "method_not_allowed": Message(405, "Địa chỉ này không nhận {method}.", "This address does not take {method}."),
    "not_acceptable": Message(
        406, "Không trả lời được theo tiêu đề Accept.", "The answer cannot be given in what the header Accept asks."
    ),
    "too_large": Message(413, "Nội dung gửi lên lớn quá {limit} MB.", "The body is larger than {limit} MB."),
    "media_type_unsupported": Message(
        415, "Không nhận nội dung loại “{media_type}”.", "A body of type “{media_type}” is not taken."
    ),
    "invalid": Message(422, "Có {count} chỗ chưa đúng.", "{count} values are not right."),
    "version_missing": Message(
        422,
        "Hãy gửi kèm “version” của bản bạn đã xem (hoặc tiêu đề If-Match).",
        "Send the “version” that you saw (or the header If-Match).",
    ),
    "request_running": Message(
        409,
        "Yêu cầu cùng Idempotency-Key còn đang chạy. Hãy gửi lại sau {wait} giây.",
        "The request with this Idempotency-Key is still running. Send it again after {wait} seconds.",
    ),
    "key_reused": Message(
        422,
        "Idempotency-Key này đã dùng cho một yêu cầu khác.",
        "This Idempotency-Key was used for a different request.",
    ),
    "answer_not_kept": Message(
        409,
        "Yêu cầu này đã làm xong lúc {moment}; câu trả lời không được giữ lại.",
        "This request was done at {moment}; its answer is not kept.",
    ),
    "too_many_requests": Message(
        429,
        "Gọi quá dày. Hãy thử lại sau {wait} giây.",
        "Too many requests. Try again after {wait} seconds.",
    ),
    "throttled": Message(
        429,
        "Đăng nhập sai quá nhiều lần. Hãy thử lại sau {wait} giây.",
        "Too many failed logins. Try again in {wait} seconds.",
    ),
    "broken": Message(
        500,
        "Máy chủ gặp lỗi. Nếu còn gặp lại, hãy báo quản trị kèm mã {request_id}.",
        "The server failed. If it happens again, tell the administrator the number {request_id}.",
    ),
}

TITLES: Mapping[int, tuple[str, str]] = {
    400: ("Nội dung không đọc được", "Bad request"),
    401: ("Chưa đăng nhập", "Not logged in"),
    403: ("Không được phép", "Not allowed"),
    404: ("Không tìm thấy", "Not found"),
    405: ("Không nhận cách gọi này", "Method not allowed"),
    406: ("Không có dạng trả lời này", "Not acceptable"),
    409: ("Không hợp với tình trạng hiện tại", "Conflict"),
    412: ("Đã có bản mới hơn", "Precondition failed"),
    413: ("Nội dung quá lớn", "Too large"),
    415: ("Không nhận loại nội dung này", "Unsupported media type"),
    422: ("Nội dung chưa đúng", "Not valid"),
    429: ("Quá nhiều lần", "Too many"),
    500: ("Máy chủ gặp lỗi", "Server error"),
}

# Sentences of one field, by the framework's code. English keeps the framework's own, which names the limits.
FIELD_SENTENCES: Mapping[str, str] = {
    "required": "Thiếu giá trị này.",
    "null": "Giá trị này không được để trống.",
    "blank": "Giá trị này không được để trống.",
    "empty": "Giá trị này không được để trống.",
    "invalid": "Giá trị không đúng dạng.",
    "invalid_choice": "Giá trị không nằm trong danh sách cho phép.",
    "does_not_exist": "Không tìm thấy.",
    "max_length": "Giá trị quá dài.",
    "min_length": "Giá trị quá ngắn.",
    "max_string_length": "Giá trị quá dài.",
    "max_value": "Giá trị quá lớn.",
    "min_value": "Giá trị quá nhỏ.",
    "max_digits": "Số có quá nhiều chữ số.",
    "max_decimal_places": "Số có quá nhiều chữ số lẻ.",
    "max_whole_digits": "Số quá lớn.",
    "not_a_list": "Phải là một danh sách.",
    "not_a_dict": "Phải là một đối tượng JSON.",
    "no_name": "Tệp không có tên.",
    "date": "Phải là ngày, không kèm giờ.",
    "datetime": "Phải kèm giờ.",
    "null_characters_not_allowed": "Có ký tự không dùng được.",
    "surrogate_characters_not_allowed": "Có ký tự không dùng được.",
}
# Codes that only this API gives to a field, or to a query parameter.
OWN_FIELD_SENTENCES: Mapping[str, tuple[str, str]] = {
    "unknown_field": ("Không có trường này.", "There is no such field."),
    "unknown_parameter": ("Không có tham số này.", "There is no such parameter."),
    "parameter_twice": ("Tham số này chỉ ghi một lần.", "This parameter may be given once."),
    "page_size_wrong": ("Phải là số từ 1 đến 200.", "It must be a number from 1 to 200."),
    "cursor_wrong": (
        "Con trỏ không thuộc danh sách này; hãy đọc lại từ đầu.",
        "The cursor does not belong to this list; read it again from the start.",
    ),
    "idempotency_key_wrong": (
        "Phải là 1 đến 200 ký tự ASCII nhìn thấy được, không có dấu cách.",
        "It must be 1 to 200 visible ASCII characters without spaces.",
    ),
    "if_match_wrong": (
        'Phải là ETag đã nhận, ví dụ "3".',
        'It must be the ETag that you got, such as "3".',
    ),
    "number_wrong": ("Phải là một số nguyên không âm.", "It must be a whole number, not below zero."),
    "choose_one": ("Gửi đúng một trong các trường này.", "Send exactly one of these."),
    "needed_here": ("Cần có giá trị này.", "This value is needed here."),
    "version_differs": (
        "“version” và If-Match nói hai bản khác nhau.",
        "“version” and If-Match name two different versions.",
    ),
}


class ApiError(DomainError):
    """What only a door can find wrong."""

    catalogue: ClassVar[Mapping[str, Message]] = API_MESSAGES


class RunningError(ApiError):
    """The same request is under way; `wait` is said as Retry-After."""

    wait = 1

    def __init__(self) -> None:
        super().__init__("request_running", wait=self.wait)


class TooManyRequestsError(exceptions.Throttled):
    """More requests than the rate allows, as opposed to too many failed logins."""


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """`field` is a path with dots (`credits.0.share`), or the name of a query parameter or header."""

    field: str
    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class Problem:
    code: str
    status: int
    detail: str
    fields: Sequence[FieldProblem] = ()

    def body(self) -> dict[str, Any]:
        """The JSON object; `type` is an address that explains the code."""
        return {
            "type": f"{settings.BASE_URL}/api/v1/errors/{self.code}/",
            "title": in_language(*TITLES.get(self.status, TITLES[500])),
            "status": self.status,
            "code": self.code,
            "detail": self.detail,
            "errors": [{"field": one.field, "code": one.code, "detail": one.detail} for one in self.fields],
        }

    def response(self) -> HttpResponse:
        return HttpResponse(json.dumps(self.body(), ensure_ascii=False), status=self.status, content_type=PROBLEM_TYPE)


def in_language(vi: str, en: str) -> str:
    """The one of two sentences that the running request asked for."""
    return en if (get_language() or "vi").startswith("en") else vi


def field_error(field: str, code: str) -> exceptions.ValidationError:
    """A fault of one field or parameter, with a code of `OWN_FIELD_SENTENCES`."""
    sentence = exceptions.ErrorDetail(in_language(*OWN_FIELD_SENTENCES[code]), code)
    return exceptions.ValidationError({field: [sentence]})


def problem_of(error: DomainError, status: int | None = None) -> Problem:
    """`status` is another than the error's own, where the question was put as a header's condition."""
    detail = error.message()
    fields = (FieldProblem(error.field, error.code, detail),) if error.field else ()
    return Problem(code=error.code, status=status or error.status, detail=detail, fields=fields)


def _status(error: DomainError, context: Mapping[str, Any]) -> int | None:
    """A version that came as If-Match and is not the current one: 412 (RFC 9110), not 409."""
    request = context.get("request")
    conditional = error.code == "stale_version" and request is not None and "If-Match" in request.headers
    return PRECONDITION_FAILED if conditional else None


def problem_response(exc: Exception, context: Mapping[str, Any]) -> HttpResponse:
    """The framework's exception handler: any error as problem+json, never with a stack or SQL."""
    set_rollback()
    error = _own(exc)
    if error is not None:
        response = problem_of(error, _status(error, context)).response()
    elif isinstance(exc, exceptions.ValidationError):
        response = _invalid(exc).response()
    else:
        request = context.get("request")
        got_request_exception.send(sender=type(context.get("view")), request=request)
        log.error("unforeseen error in the API", exc_info=exc)
        response = problem_of(ApiError("broken", request_id=getattr(request, "request_id", ""))).response()
    if getattr(exc, "auth_header", None):
        response["WWW-Authenticate"] = exc.auth_header  # type: ignore[attr-defined]
    wait = getattr(exc, "wait", None)
    if wait is not None:
        response["Retry-After"] = str(int(wait))
    return response


def _denied(exc: Exception) -> DomainError:
    csrf = str(getattr(exc, "detail", "")).startswith("CSRF")
    return ApiError("csrf_failed") if csrf else DomainError("not_allowed")


# The named error that says the same as one of the framework's; the first that fits counts.
SAME_AS: tuple[tuple[type[Exception] | tuple[type[Exception], ...], Callable[[Any], DomainError]], ...] = (
    (DomainError, lambda exc: exc),
    (exceptions.NotAuthenticated, lambda _: ApiError("login_needed")),
    (KeyRefusedError, lambda _: ApiError("key_wrong")),
    (exceptions.AuthenticationFailed, lambda _: ApiError("login_wrong")),
    ((exceptions.PermissionDenied, PermissionDenied), _denied),
    ((exceptions.NotFound, Http404), lambda _: DomainError("not_found")),
    (exceptions.MethodNotAllowed, lambda exc: ApiError("method_not_allowed", method=exc.args[0])),
    (exceptions.NotAcceptable, lambda _: ApiError("not_acceptable")),
    (exceptions.UnsupportedMediaType, lambda exc: ApiError("media_type_unsupported", media_type=exc.args[0])),
    (TooManyRequestsError, lambda exc: ApiError("too_many_requests", wait=int(exc.wait or 0))),
    (exceptions.Throttled, lambda exc: ApiError("throttled", wait=int(exc.wait or 0))),
    (RequestDataTooBig, lambda _: ApiError("too_large", limit=settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 2**20)),
    (exceptions.ParseError, lambda _: ApiError("malformed")),
)


def _own(exc: Exception) -> DomainError | None:
    return next((named(exc) for kind, named in SAME_AS if isinstance(exc, kind)), None)


def _invalid(exc: exceptions.ValidationError) -> Problem:
    fields = tuple(_fields(exc.detail, ""))
    error = ApiError("invalid", count=len(fields))
    return Problem(code=error.code, status=error.status, detail=error.message(), fields=fields)


def _fields(detail: Any, path: str) -> Iterator[FieldProblem]:
    if isinstance(detail, Mapping):
        for name, inner in detail.items():
            inside = path if name in {"non_field_errors", "__all__"} else f"{path}.{name}" if path else str(name)
            yield from _fields(inner, inside)
    elif isinstance(detail, list | tuple):
        for position, inner in enumerate(detail):
            if isinstance(inner, Mapping | list | tuple):
                yield from _fields(inner, f"{path}.{position}" if path else str(position))
            else:
                yield from _fields(inner, path)
    else:
        code = str(getattr(detail, "code", None) or "invalid")
        yield FieldProblem(path, code, _sentence(code, str(detail)))


def _sentence(code: str, given: str) -> str:
    if code in FIELD_SENTENCES:
        return in_language(FIELD_SENTENCES[code], given)
    return given


def all_messages() -> dict[str, Message]:
    """Every code of every floor with its sentences, by code."""
    found: dict[str, Message] = {}
    families: list[type[DomainError]] = [DomainError]
    while families:
        family = families.pop()
        found.update(family.catalogue)
        families.extend(family.__subclasses__())
    return dict(sorted(found.items()))
