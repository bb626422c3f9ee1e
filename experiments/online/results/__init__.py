"""What comes back from the web: results of hosts, bonuses, withdrawals."""
