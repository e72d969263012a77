"""Where the facts are kept: tables, migrations, units of work and read queries."""
