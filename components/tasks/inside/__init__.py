"""What looks into a model mean: chances, surprise, attention, causes, nearness. Numbers in, numbers out."""
