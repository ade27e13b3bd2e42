"""The page's words, French and English, and how durations and moments are written in each."""

from __future__ import annotations

from datetime import date, datetime, timedelta

EPOCH = date(1970, 1, 1)

WORDS: dict[str, dict[str, str]] = {
    "fr": {
        "lang": "fr",
        "other": "en",
        "other_name": "English",
        "title": "Ce qui est réellement utilisé",
        "realm": "Collecteur",
        "as_of": "Vu le",
        "machines": "Machines",
        "heard": "entendues depuis 24 h",
        "on": "Heures allumées",
        "open": "Heures de session ouverte",
        "used": "Services utilisés",
        "reconciled_n": "Registres concordants",
        "of": "sur",
        "window": "14 derniers jours",
        "device": "Machine",
        "school": "École",
        "kind": "Usage",
        "seen": "Vue",
        "days": "Heures par jour",
        "sum_on": "Allumée",
        "sum_open": "Ouverte",
        "top": "Services les plus utilisés",
        "ledger": "Registre",
        "yes": "concordant",
        "no": "écart",
        "not_yet": "pas encore comparé",
        "waiting": "en attente",
        "cloned": "copie détectée",
        "never": "jamais",
        "unknown": "inconnu",
        "service": "Service",
        "hours": "Heures de présence",
        "on_machines": "Machines",
        "not_in_catalogue": "inconnu du catalogue",
        "not_counted": "non compté comme ressource",
        "not_known": "Ce que nous ne savons pas",
        "quarantine": "En quarantaine",
        "why": "Raison",
        "what": "Quoi",
        "count": "Nombre",
        "none": "Rien.",
        "front": "classe",
        "cart": "chariot",
        "head": "direction",
        "other_kind": "autre",
        "online": "en ligne",
        "sleeping": "en veille ou éteinte",
        "lost": "liaison perdue",
        "silent": "jamais vue",
        "k_never": "machines du registre n'ont jamais rien envoyé : leur usage est inconnu, pas nul.",
        "k_silent": "machines n'ont pas été entendues depuis 7 jours : ce qu'elles ont fait depuis est inconnu.",
        "k_open": "machines ne peuvent pas dire si une session est ouverte.",
        "k_unobserved": "d'allumage sans mesure (agent arrêté ou interrompu).",
        "k_undated": "d'usage sans date certaine, comptées dans aucun jour.",
        "k_shown": "machines seulement sont listées, les plus récentes.",
        "k_thrown": "éléments refusés n'ont pas pu être gardés, faute de place.",
        "k_all": "Toutes les machines du registre ont répondu et savent ce qui est affiché ici.",
        "legend": "Plein : session ouverte. Clair : allumée. Vide : aucune mesure reçue.",
        "refresh": "La page se rafraîchit seule toutes les 10 secondes.",
        "privacy": "Ni nom, ni adresse visitée, ni heure d'utilisation d'un service : les données sont pseudonymes.",
    },
    "en": {
        "lang": "en",
        "other": "fr",
        "other_name": "Français",
        "title": "What is actually used",
        "realm": "Collector",
        "as_of": "As of",
        "machines": "Machines",
        "heard": "heard in the last 24 h",
        "on": "Hours switched on",
        "open": "Hours with a session open",
        "used": "Services used",
        "reconciled_n": "Ledgers reconciled",
        "of": "of",
        "window": "last 14 days",
        "device": "Machine",
        "school": "School",
        "kind": "Use",
        "seen": "Seen",
        "days": "Hours per day",
        "sum_on": "On",
        "sum_open": "Open",
        "top": "Most used services",
        "ledger": "Ledger",
        "yes": "reconciled",
        "no": "not reconciled",
        "not_yet": "not compared yet",
        "waiting": "waiting",
        "cloned": "copy detected",
        "never": "never",
        "unknown": "unknown",
        "service": "Service",
        "hours": "Hours present",
        "on_machines": "Machines",
        "not_in_catalogue": "unknown to the catalogue",
        "not_counted": "not counted as a resource",
        "not_known": "What we do not know",
        "quarantine": "In quarantine",
        "why": "Reason",
        "what": "What",
        "count": "Number",
        "none": "Nothing.",
        "front": "classroom",
        "cart": "cart",
        "head": "head teacher",
        "other_kind": "other",
        "online": "online",
        "sleeping": "asleep or off",
        "lost": "connection lost",
        "silent": "never seen",
        "k_never": "machines of the registry never sent anything: their use is unknown, not nil.",
        "k_silent": "machines were not heard for 7 days: what they did since is unknown.",
        "k_open": "machines cannot tell whether a session is open.",
        "k_unobserved": "switched on without measuring (agent stopped or interrupted).",
        "k_undated": "of use without a certain date, counted in no day.",
        "k_shown": "machines only are listed, the most recent.",
        "k_thrown": "refused items could not be kept, for want of room.",
        "k_all": "All machines of the registry answered and know what is shown here.",
        "legend": "Solid: session open. Light: switched on. Empty: no measure received.",
        "refresh": "The page refreshes by itself every 10 seconds.",
        "privacy": "No name, no address visited, no hour at which a service was used: the data are pseudonymous.",
    },
}

_DAYS = {"fr": ("lun.", "mar.", "mer.", "jeu.", "ven.", "sam.", "dim."),
         "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")}  # fmt: skip
_UNITS = {"fr": ("à l'instant", "il y a {} s", "il y a {} min", "il y a {} h", "il y a {} j"),
          "en": ("just now", "{} s ago", "{} min ago", "{} h ago", "{} d ago")}  # fmt: skip
NBSP, THIN = "\N{NO-BREAK SPACE}", "\N{NARROW NO-BREAK SPACE}"


def language(asked: str | None, accepted: str) -> str:
    """The page's language: the one asked for, else the first the browser accepts that we have, else French."""
    wanted = [asked or "", *(part.partition(";")[0].strip()[:2].lower() for part in accepted.split(","))]
    return next((lang for lang in wanted if lang in WORDS), "fr")


def duration(seconds: int | None) -> str:
    """Write 4,210 seconds as `1 h 10`, under an hour as `12 min`, under a minute as `35 s`; a dash for unknown."""
    if seconds is None:
        return "–"
    if seconds < 60:
        return f"{seconds}{NBSP}s"
    hours, minutes = divmod(seconds // 60, 60)
    return f"{hours}{NBSP}h{NBSP}{minutes:02}" if hours else f"{minutes}{NBSP}min"


def hours(seconds: int, lang: str) -> str:
    """Write seconds as whole hours, thousands set apart: `1 234 h`."""
    return f"{seconds // 3600:,}".replace(",", THIN if lang == "fr" else ",") + f"{NBSP}h"


def ago(then: datetime | None, now: datetime, lang: str) -> str:
    """Write how long ago a moment was; a moment slightly ahead of our clock is now."""
    if then is None:
        return WORDS[lang]["never"]
    seconds = int((now - then).total_seconds())
    steps = ((5, 1), (120, 1), (7200, 60), (172_800, 3600), (None, 86_400))
    for form, (limit, unit) in zip(_UNITS[lang], steps, strict=True):
        if limit is None or seconds < limit:
            return form.format(seconds // unit).replace(" ", NBSP)
    raise AssertionError("the last step has no limit")


def day_name(day: int, lang: str) -> str:
    """Write a day as `lun. 23/11` or `Mon 23 Nov`."""
    moment = EPOCH + timedelta(days=day)
    name = _DAYS[lang][moment.weekday()]
    return f"{name} {moment:%d/%m}" if lang == "fr" else f"{name} {moment:%d %b}"
