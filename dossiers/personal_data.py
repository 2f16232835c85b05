"""What dossiers keep of a party: dossiers, contacts, what was said and sent, and the files."""

from collections.abc import Iterator

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from dossiers.models import CallBack, Contact, Document, Dossier, Event, Message, Note, Notification
from parties.models import Party
from parties.personal_data import KeptFile, Section, row


class DossierData:
    def sections(self, party: Party) -> Iterator[Section]:
        dossiers = dossiers_of(party)
        yield Section(_("Dossiers"), [self.dossier(dossier) for dossier in dossiers])
        theirs = Q(dossier__in=dossiers)
        yield Section(
            _("Contacts"),
            [
                row(
                    **{
                        _("When"): contact.at,
                        _("Channel"): contact.get_channel_display(),
                        _("Subject"): contact.subject,
                        _("What was said"): contact.body,
                        _("Name that was given"): contact.given_name,
                        _("E-mail address that was given"): contact.given_email,
                        _("Phone number that was given"): contact.given_phone,
                        _("Dossier"): contact.dossier.number if contact.dossier else "",
                    }
                )
                for contact in Contact.objects.filter(Q(party=party) | theirs).select_related("dossier").distinct()
            ],
        )
        yield Section(
            _("Messages both ways"),
            [
                row(
                    **{
                        _("When"): message.at,
                        _("Who"): message.author or _("The citizen"),
                        _("Text"): message.text,
                        _("Dossier"): message.dossier.number,
                    }
                )
                for message in Message.objects.filter(theirs).select_related("dossier", "author")
            ],
        )
        yield Section(
            _("Letters and messages that we sent"),
            [
                row(
                    **{
                        _("When"): sent.created_at,
                        _("Channel"): sent.get_channel_display(),
                        _("To"): sent.to,
                        _("Subject"): sent.subject,
                        _("Text"): sent.text,
                        _("Dossier"): sent.dossier.number,
                    }
                )
                for sent in Notification.objects.filter(theirs).select_related("dossier").order_by("created_at", "pk")
            ],
        )
        yield Section(
            _("What happened with it"),
            [
                row(
                    **{
                        _("When"): event.at,
                        _("What"): event.get_kind_display(),
                        _("Status"): event.to_status,
                        _("Reason"): event.reason,
                        _("By whom"): event.actor_name or event.get_actor_kind_display(),
                        _("Dossier"): event.dossier.number,
                    }
                )
                for event in Event.objects.filter(theirs).select_related("dossier").order_by("dossier", "sequence")
            ],
        )
        yield Section(
            _("Calls that we promised"),
            [
                row(
                    **{
                        _("From"): call.from_at,
                        _("Phone number"): call.phone,
                        _("About"): call.about,
                        _("What came of it"): call.get_outcome_display(),
                    }
                )
                for call in CallBack.objects.filter(theirs).order_by("from_at")
            ],
        )
        yield Section(
            _("Notes of our staff"),
            [
                row(**{_("Note"): note.text, _("Written on"): note.at, _("Dossier"): note.dossier.number})
                for note in Note.objects.filter(theirs).select_related("dossier").order_by("at")
            ],
        )

    def dossier(self, dossier: Dossier) -> dict[str, str]:
        return row(
            **{
                _("Number"): dossier.number,
                _("Process"): dossier.process_version.name,
                _("Subject"): dossier.subject,
                _("Place"): dossier.place,
                _("Status"): dossier.status.citizen_label,
                _("First contact"): dossier.first_contact_at,
                _("Handled by"): dossier.team,
                _("On behalf of"): dossier.initiator if dossier.representative else "",
            }
        )

    def files(self, party: Party) -> Iterator[KeptFile]:
        """Not what a scanner found to be infected: of those nothing is left."""
        theirs = Q(dossier__in=dossiers_of(party))
        for document in Document.objects.sent().filter(theirs).exclude(file="").select_related("dossier"):
            yield KeptFile(f"{document.dossier.number}/{document.name}", document.file)
        for letter in Notification.objects.filter(theirs).exclude(pdf="").select_related("dossier"):
            yield KeptFile(f"{letter.dossier.number}/{letter.pdf_name}", letter.pdf)


def dossiers_of(party: Party) -> QuerySet[Dossier]:
    """Their own, and those in which they speak for somebody."""
    theirs = Dossier.objects.filter(Q(initiator=party) | Q(representative=party))
    return theirs.select_related("process_version", "status", "team", "initiator", "representative").order_by("pk")
