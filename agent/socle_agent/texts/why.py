"""Why there is no connection, and what to do about it, as (French, English)."""

from __future__ import annotations

TEXTS = {
    "why.name": ("le nom du serveur est introuvable", "the broker's name is not found"),
    "why.refused": ("le serveur refuse la connexion", "the broker refuses the connection"),
    "why.network": ("le réseau ne mène pas au serveur", "the network does not lead to the broker"),
    "why.timeout": ("le serveur ne répond pas à temps", "the broker does not answer in time"),
    "why.untrusted": (
        "le certificat du serveur n'est pas de l'autorité attendue",
        "the broker's certificate is not of the expected authority",
    ),
    "why.expired": (
        "le certificat du serveur a expiré, ou l'horloge avance",
        "the broker's certificate has expired, or the clock is ahead",
    ),
    "why.not-yet-valid": (
        "le certificat du serveur n'est pas encore valable, ou l'horloge retarde",
        "the broker's certificate is not yet valid, or the clock is behind",
    ),
    "why.other-name": ("le certificat du serveur est d'un autre nom", "the broker's certificate is of another name"),
    "why.files": ("les certificats des réglages sont inutilisables", "the certificates of the settings cannot be used"),
    "why.own-certificate": (
        "le serveur refuse le certificat de ce poste",
        "the broker refuses this machine's certificate",
    ),
    "why.tls": ("la négociation TLS a échoué", "TLS could not be agreed"),
    "why.unauthorised": ("le serveur n'autorise pas ce poste", "the broker does not authorise this machine"),
    "why.broker": ("le serveur n'est pas en état de répondre", "the broker is not fit to answer"),
    "why.silent": ("le serveur s'est tu", "the broker fell silent"),
    "why.closed": ("la connexion a été coupée", "the connection was cut"),
    "do.name": ("vérifiez « host » et le DNS", "check 'host' and the DNS"),
    "do.refused": ("vérifiez « port », et que le serveur tourne", "check 'port', and that the broker runs"),
    "do.network": ("vérifiez le réseau de ce poste", "check this machine's network"),
    "do.timeout": (
        "vérifiez le pare-feu de l'école : port {port} sortant",
        "check the school's firewall: outgoing port {port}",
    ),
    "do.certificate": (
        "vérifiez l'horloge, puis « ca » ; le trafic est peut-être intercepté",
        "check the clock, then 'ca'; the traffic may be intercepted",
    ),
    "do.own": ("inscrivez ce poste à nouveau", "enrol this machine again"),
    "do.ask": ("demandez à qui tient le serveur", "ask whoever keeps the broker"),
}
