"""Alliance: members ask each other whether a thing is known bad without telling which thing."""
