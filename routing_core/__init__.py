"""The routing core: decides, calls, climbs and prices; knows no console, no database, no server."""
