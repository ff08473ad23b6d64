"""From a schema's refusal to one clear problem per mistake.

What the schema engine reports are faults; ``diagnosis.diagnose`` finds the mistakes behind them, tries out the repair
of misspelt keys, lets the branch of a union speak that fits best, and puts each mistake into words.
"""
