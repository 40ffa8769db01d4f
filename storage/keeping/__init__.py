"""What is kept of an app's requests, and for how long; what is deleted then, and on a user's word."""
