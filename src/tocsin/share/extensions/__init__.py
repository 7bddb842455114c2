"""What STIX 2.1 lacks for account campaigns, as published extensions: the JSON Schema of each is here."""
