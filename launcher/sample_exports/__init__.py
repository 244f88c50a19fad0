"""Sample exports of the platforms, drawn from `config/samples/stories.csv` and `recipe.toml` by a seed."""
