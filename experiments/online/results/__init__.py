"""After online data collection: importing results, paying bonuses, and deleting participants who withdraw."""
