"""Fine-tuning: data that is checked, rendered as the model will read it, and trained on."""
