"""A commune that does not exist: virtual machines that speak the real contract over real MQTT.

`calendar` (school days) and `commune` (who has which machine) feed `life` (what each machine does on a day): pure, and
the same for the same seed. `device` spends that life on the real agent's meter and ledger in virtual time, `fleet` and
`link` bring its sync to a broker, `command` is the command line.
"""
