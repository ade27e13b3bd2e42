"""From the broker to the database and back: decode, one transaction per batch, acknowledge. No page, no ORM."""
