![](https://github.com/Narsil/esaxx-rs/workflows/build/badge.svg)

# {{crate}}

This code implements a fast suffix tree / suffix array.

This code is taken from ![sentencepiece](https://github.com/google/sentencepiece) 
and to be used by ![hugging face](https://github.com/huggingface/tokenizers/).


{{readme}}

