"""What both ends of Socle share."""
