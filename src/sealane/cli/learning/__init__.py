"""The nouns of learning: train, evaluate and backtest models, and run the public benchmark."""
