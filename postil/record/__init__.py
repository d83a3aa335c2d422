"""What the last build of a site saw and made, kept between runs.

Enters: paths.
"""
