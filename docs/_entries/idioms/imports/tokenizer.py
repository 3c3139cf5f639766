from keras.preprocessing.text import Tokenizer
