"""What goes by itself on this floor: the access log after its years, sessions, failed jobs, attempts to sign in."""

from datetime import datetime, time, timedelta

from axes.models import AccessAttempt, AccessFailureLog
from axes.models import AccessLog as SignInLog
from django.contrib.sessions.models import Session
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_q.models import Failure

from core import erasing, keeping
from core.models import AccessLog
from core.triggers import open_door

CHUNK, CHUNKS = 5000, 40
"""So many rows at once, and so often in one night: what is left goes the next."""
JOBS = timedelta(days=30)
ATTEMPTS = timedelta(days=90)


class NotForgotten(Exception):
    """Technical terms, by name, that could not be kept tonight."""


def forget_all() -> None:
    """The nightly job. It ends as a failed one when a term could not be kept, after all others were."""
    if failed := erasing.forget_all(at=timezone.now()):
        raise NotForgotten(", ".join(failed))


def remove_files() -> None:
    erasing.remove_doomed()


def forget_access_log(at: datetime) -> None:
    """Whole years after somebody looked; a bounded part of the table at once."""
    last = keeping.years_before(at, keeping.term_of(keeping.ACCESS_LOG).years)
    midnight = timezone.make_aware(datetime.combine(last + timedelta(days=1), time.min))
    old = AccessLog.objects.filter(at__lt=midnight).order_by("at", "pk")
    for _chunk in range(CHUNKS):
        keys = list(old.values_list("pk", flat=True)[:CHUNK])
        if not keys:
            break
        with open_door(reason="retention of the access log"):
            AccessLog.objects.filter(pk__in=keys).delete()


def forget_sessions(at: datetime) -> None:
    Session.objects.filter(expire_date__lt=at).delete()


def forget_failed_jobs(at: datetime) -> None:
    """What went wrong may say about whom."""
    Failure.objects.filter(stopped__lt=at - JOBS).delete()


def forget_attempts(at: datetime) -> None:
    for model in (AccessAttempt, AccessFailureLog, SignInLog):
        model.objects.filter(attempt_time__lt=at - ATTEMPTS).delete()


def access_log_kept() -> str:
    return _("%(years)s after somebody looked") % {"years": keeping.in_words(keeping.term_of(keeping.ACCESS_LOG).years)}


def declare() -> None:
    """For ``AppConfig.ready()``."""
    term, terms = erasing.Term, erasing.terms
    terms.register(
        "access log",
        term(
            what=gettext_lazy("Who of our staff looked at whose data"),
            kept=access_log_kept,
            why=gettext_lazy("So long somebody may ask who looked. The town chooses this term."),
            run=forget_access_log,
        ),
    )
    terms.register(
        "sessions",
        term(
            what=gettext_lazy("What a browser that signed in, or is filling in a form, left with us"),
            kept=gettext_lazy("Until it stops working"),
            why=gettext_lazy("After that nobody can use it any more."),
            run=forget_sessions,
        ),
    )
    terms.register(
        "failed jobs",
        term(
            what=gettext_lazy("Technical reports of work in the background that failed"),
            kept=gettext_lazy("30 days"),
            why=gettext_lazy("So long somebody looks for the cause."),
            run=forget_failed_jobs,
        ),
    )
    terms.register(
        "sign-in attempts",
        term(
            what=gettext_lazy("Attempts of staff to sign in"),
            kept=gettext_lazy("90 days"),
            why=gettext_lazy("So long an attack can be traced."),
            run=forget_attempts,
        ),
    )
    terms.register(
        "files",
        term(
            what=gettext_lazy("Files of what was destroyed"),
            kept=gettext_lazy("Until the change is final; then at once, and again every 5 minutes when that fails"),
            why=gettext_lazy("A change that is undone must find its files back."),
        ),
    )
    erasing.goes_by_itself("core.AccessLog", "reason", term="access log")
    erasing.stays("core.AccessLog", "action model object_id", why="words of ours and keys of rows")
    erasing.goes_by_itself("core.DoomedFile", term="files")
    erasing.goes_by_itself("sessions.Session", term="sessions")
    erasing.goes_by_itself("django_q.Task", term="failed jobs")
    for model in ("AccessAttempt", "AccessFailureLog", "AccessLog"):
        erasing.goes_by_itself(f"axes.{model}", term="sign-in attempts")
    for model in ("User", "SecondFactor", "StaffSubject", "RecoveryCode", "Passkey"):
        erasing.stays(f"core.{model}", why="staff")
    for model in ("ClosingDay", "KeepingTerm", "Document", "Image", "Rendition"):
        erasing.stays(f"core.{model}", why="what the town publishes and decides")
    erasing.stays("django_q.OrmQ", why="jobs that wait: names of functions and keys of rows")
    erasing.stays("django_q.Schedule", why="names of functions")
    for label in ("wagtailcore", "wagtaildocs", "wagtailimages", "wagtailmedia", "wagtailembeds", "wagtailredirects",
                  "wagtailusers", "wagtailadmin", "wagtailsearch", "taggit", "site_pages", "videos"):  # fmt: skip
        erasing.app_stays(label, why="what editors write and publish")
    erasing.app_stays("wagtailforms", why="not used: our forms are our own")
    erasing.app_stays("formidable", why="not used as tables: questions of editors at most")
    for label in ("auth", "contenttypes", "admin"):
        erasing.app_stays(label, why="names of rights, groups and models")
