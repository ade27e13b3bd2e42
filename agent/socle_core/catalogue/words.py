"""The words that a catalogue's rows may use."""

STRANDS = ("equipment", "resources", "accompaniment")
"""What the State pays for: equipment, services and resources, accompaniment."""

NOT_COUNTED = ("ludique", "navigateur")
"""Categories whose use is not use of a resource."""

INTERPRETERS = ("bash", "electron", "java", "node", "perl", "python", "python3", "sh", "wine")
"""Programs that run others: to count one would count everything that it runs."""

CATEGORIES = (
    "academie",
    "accessibilite",
    "arts",
    "assistance",
    "banque",
    "bureautique",
    "capture",
    "clavier",
    "collaboratif",
    "communs",
    "competences",
    "cours",
    "culture",
    "cycle2",
    "encyclopedie",
    "ent",
    "formation",
    "francais",
    "gar",
    "gestion-classe",
    "hors-ligne",
    "humain",
    "logique",
    "ludique",
    "maternelle",
    "maths",
    "medias",
    "monde",
    "multi",
    "musique",
    "navigateur",
    "outils",
    "outils-pro",
    "programmation",
    "recherche",
    "ressource-pro",
    "sciences",
    "suite-educative",
    "tbi",
    "video",
    "visio",
)
