"""The Gateway page: how an app sends traffic here, the keys it shows, and what arrives."""
