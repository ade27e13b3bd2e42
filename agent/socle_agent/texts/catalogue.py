"""What `catalogue check` and `catalogue explain` say, as (French, English)."""

from __future__ import annotations

TEXTS = {
    "catalogue.summary": (
        """\
Catalogue {version} : aucune erreur.
  {services} services ({strands})
  {domains} domaines, {programs} programmes, {pages} motifs de pages locales
  {uncounted} services dont l'usage ne compte pas comme usage d'une ressource, {weak} signes faibles
  {unverified} services dont un identifiant reste à vérifier
""",
        """\
Catalogue {version}: no mistake.
  {services} services ({strands})
  {domains} domains, {programs} programs, {pages} patterns of local pages
  {uncounted} services whose use is not counted as use of a resource, {weak} weak signs
  {unverified} services with an identifier still to be checked
""",
    ),
    "strand.equipment": ("équipement", "equipment"),
    "strand.resources": ("ressources", "resources"),
    "strand.accompaniment": ("accompagnement", "accompaniment"),
    "key.domains": ("domaine", "domain"),
    "key.files": ("page locale", "local page"),
    "key.primtuxmenu": ("?primtuxmenu=", "?primtuxmenu="),
    "key.executables": ("programme", "program"),
    "key.desktop_ids": ("fichier .desktop", ".desktop file"),
    "explain.found": ("Dans le catalogue : {id}, « {label} »", "In the catalogue: {id}, '{label}'"),
    "explain.by": ("  reconnu par : {key} {identifier}", "  known by: {key} {identifier}"),
    "explain.place": ("  écrit dans : {file}, ligne {line} (rangée {row})", "  written in: {file}:{line} (row {row})"),
    "explain.row": ("  {strand}, {category} ; {counted}", "  {strand}, {category}; {counted}"),
    "explain.counted": ("compté comme usage d'une ressource", "counted as use of a resource"),
    "explain.not_counted": (
        "sa durée est relevée, mais n'est pas l'usage d'une ressource",
        "its time is told, but is not use of a resource",
    ),
    "explain.weak": (
        "  signe faible : ne porte aucun indicateur à lui seul",
        "  a weak sign: carries no indicator alone",
    ),
    "explain.to_check": (
        "  cet identifiant vient de mémoire et reste à vérifier",
        "  this identifier is from memory and is to be checked",
    ),
    "explain.absent": (
        "Dans aucune ligne du catalogue : rien n'en est jamais compté, gardé ni envoyé.",
        "In no row of the catalogue: nothing of it is ever counted, kept or sent.",
    ),
    "explain.interpreter": (
        "Ce programme en fait tourner d'autres : aucune ligne ne peut le nommer, et il n'est jamais compté.",
        "This program runs others: no row may name it, and it is never counted.",
    ),
    "explain.strange": (
        "Ce n'est pas l'adresse d'une page : rien n'en est jamais compté, gardé ni envoyé.",
        "This is not the address of a page: nothing of it is ever counted, kept or sent.",
    ),
    "explain.others": ("Autres lignes, et pourquoi pas elles :", "Other rows, and why not they:"),
    "explain.loser": ("  {id} ({key} {identifier}) : {against}", "  {id} ({key} {identifier}): {against}"),
    "against.shorter": ("un identifiant plus long l'emporte", "a longer identifier wins"),
    "against.path-first": ("le chemin l'emporte sur ce paramètre", "the path wins over this parameter"),
    "against.label": (
        "un domaine ne vaut que par mots entiers entre les points",
        "a domain holds by whole words between the dots only",
    ),
    "against.case": ("majuscules et minuscules diffèrent", "upper and lower case differ"),
    "against.cut": (
        "ce nom coupé convient à plusieurs : la ligne de commande départage",
        "this cut name fits several: the command line tells",
    ),
    "against.like": ("seulement ressemblant", "merely alike"),
}
