"""Parts that campaigns are made of: an operator's working hours, infrastructure, targets, and what is done
to them.
"""
