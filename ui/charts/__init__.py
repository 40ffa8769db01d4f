"""Charts: figures made from dataclasses, and the component that draws them and changes them in place."""
