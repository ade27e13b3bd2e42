"""What people see of the facts. It reads the database and knows nothing of MQTT."""
