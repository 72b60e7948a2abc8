# What every merge has to pass, in seconds: each scenario, with the first, the last and a middle one of its rows.
rows 3
jobs 4
budget 5m
