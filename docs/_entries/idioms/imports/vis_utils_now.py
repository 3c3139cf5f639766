from keras.utils import plot_model
