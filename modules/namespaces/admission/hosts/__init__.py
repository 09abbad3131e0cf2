"""Host names of teams: `teams.<team>.hosts` and `teams.<team>.issuers`."""
