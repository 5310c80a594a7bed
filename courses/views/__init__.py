"""Pages of learning: catalogue, player, own learning, assessing."""
