"""Receipts, and files that are handed in."""

from tommy.core.errors import Conflict, DomainError, InvalidInput, NotFound


class ReceiptNotFound(NotFound):
    code = "receipt_not_found"
    detail = "There is no such receipt of yours."


class UnknownFileType(DomainError):
    code = "unknown_file_type"
    status = 415
    detail = "Only JPEG, PNG, WebP and PDF files are accepted, told by their content."


class UnknownProjectFileType(UnknownFileType):
    detail = "Only JPEG, PNG, WebP, PDF and plain text (UTF-8, Markdown too) are accepted, told by their content."


class TooManyFiles(Conflict):
    code = "too_many_files"
    detail = "This project has as many files as it may have."


class UnsafeFile(InvalidInput):
    code = "unsafe_file"
    detail = "This file holds more than a picture or pages, and is not kept."


class FileTooLarge(DomainError):
    code = "file_too_large"
    status = 413
    detail = "This file is too large, or has too many pixels or pages."


class UnreadableFile(InvalidInput):
    code = "unreadable_file"
    detail = "This file is damaged and cannot be read."
