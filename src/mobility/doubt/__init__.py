"""How sure an answer is: draws of uncertain inputs, intervals, random failures."""
