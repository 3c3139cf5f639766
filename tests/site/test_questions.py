"""What people ask finds its page among the first three results, in the browser, from disk.

The queries are in words of our own, as they are typed into a search box: some short, some whole
sentences. Beside each stand the pages that answer it.
"""

from __future__ import annotations

import pytest

LEAST = 0.85
TYPE = """queries => {
  const box = document.getElementById("search-box");
  return queries.map((query) => {
    box.value = query;
    box.form.dispatchEvent(new Event("submit", {cancelable: true}));
    return [...document.querySelectorAll("#search-results li a")].slice(0, 3).map((a) => a.getAttribute("href"));
  });
}"""

QUERIES = """\
which axis is time                                 | questions/shape_of_x shape-your-data diagram
what are the three dimensions of the input array   | questions/shape_of_x shape-your-data
does keras.Input need the batch size               | questions/shape_of_x questions/stateful
csv file to lstm input                             | questions/shape_of_x shape-your-data
make sliding windows from a dataframe              | questions/shape_of_x shape-your-data check-your-own
my data has two dimensions, the layer wants three | questions/shape_of_x shape-your-data expected-ndim-3-found-ndim-2
predict for a single example                       | questions/shape_of_x questions/stateful shape-your-data
swap the axes of an array                          | questions/shape_of_x shape-your-data
video frames into an LSTM                          | questions/shape_of_x plot_90_video
convolution before a recurrent layer               | questions/shape_of_x plot_85_convolution_in_front
several sensors, one LSTM each?                    | questions/shape_of_x
paragraphs made of sentences made of words         | questions/shape_of_x
ragged list of arrays                              | questions/shape_of_x questions/masking setting-an-array
what is a time step                                | questions/timesteps questions/shape_of_x glossary
sequence length 1                                  | questions/timesteps
how many time steps should a window have           | questions/timesteps shape-your-data plot_50_how_far_back
look back of 10 instead of 5                       | questions/timesteps shape-your-data plot_50_how_far_back
epochs versus steps                                | questions/timesteps
what does the number in LSTM(64) do                | questions/units glossary
hidden size                                        | questions/units glossary
how many neurons do I need                         | questions/units
nodes per layer                                    | questions/units
is there one cell per time step                    | questions/units
do units depend on the sequence length             | questions/units
are the weights the same at every time step        | questions/units
why put Dense after LSTM                           | questions/units
LSTM(1) or LSTM(10) then Dense                     | questions/units
formula for the number of weights                  | questions/weights plot_30_weights reference/weights
Param # in summary                                 | questions/weights plot_30_weights reference/weights
GRU parameter count                                | questions/weights plot_20_one_gru_step reference/weights
order of the gates in the kernel                   | questions/weights plot_30_weights reference/weights
where is the forget gate bias                      | questions/weights plot_30_weights reference/weights
port weights from pytorch                          | questions/weights
kernel and recurrent kernel                        | questions/weights plot_30_weights reference/weights
get all hidden states                              | questions/outputs questions/states_and_gates
return_sequences or return_state                   | questions/outputs reference/returns
what comes back with return_state                  | questions/outputs reference/returns
last layer return_sequences false                  | questions/outputs plot_50_multi_layer
TimeDistributed(Dense)                             | questions/outputs plot_20_many_to_many
Dense on every time step                           | questions/outputs plot_20_many_to_many checked/claims/question
how should the labels look                         | questions/shape_of_y reference/labels
shape of the targets for a classifier              | questions/shape_of_y reference/labels
one label per time step                            | questions/shape_of_y questions/outputs reference/labels
one-hot or integer labels                          | questions/shape_of_y reference/labels
wrong target shape but no error                    | questions/shape_of_y errors/silent reference/labels
number of outputs of the final layer               | questions/shape_of_y
x and y have different numbers of samples          | questions/shape_of_y data-cardinality
read the cell state                                | questions/states_and_gates plot_40_gates reference/states
plot the forget gate                               | questions/states_and_gates plot_40_gates questions/drawing
output of a layer in the middle                    | questions/states_and_gates
give the LSTM a starting state                     | questions/states_and_gates reference/states
value of h at each step                            | questions/states_and_gates plot_40_gates
keep the state between batches                     | questions/stateful plot_30_stateful reference/states
does the LSTM remember the previous sample         | questions/stateful plot_30_stateful checked/claims/other-beliefs
when are states reset                              | questions/stateful reference/states plot_30_stateful
do I need stateful=True                            | questions/stateful plot_30_stateful
batch_input_shape                                  | questions/stateful checked/keras-2-to-3 unrecognized
other batch size when predicting                   | questions/stateful plot_30_stateful
continue a series in the next batch                | questions/stateful plot_30_stateful
truncated backpropagation                          | questions/stateful plot_30_stateful
deep LSTM                                          | questions/stacks_and_cells plot_50_multi_layer
two LSTM layers in a row                           | questions/stacks_and_cells plot_50_multi_layer
attention layer over LSTM outputs                  | questions/stacks_and_cells plot_95_attention
write my own recurrent cell                        | questions/stacks_and_cells
LSTMCell versus LSTM                               | questions/stacks_and_cells
fully connected layer first, LSTM second           | questions/stacks_and_cells
BiLSTM output size                                 | questions/bidirectional plot_70_bidirectional reference/returns
states of a BiLSTM                                 | questions/bidirectional plot_70_bidirectional reference/returns
backward direction order of outputs                | questions/bidirectional plot_70_bidirectional
read a sequence in reverse                         | questions/bidirectional plot_70_bidirectional
concatenate two LSTM branches                      | questions/bidirectional
model with several inputs                          | questions/bidirectional questions/shape_of_x
sentences of unequal length                        | questions/masking plot_80_masking
how to pad sequences                               | questions/masking plot_80_masking shape-your-data
what happens at padded steps                       | questions/masking plot_80_masking reference/masking
ignore zeros in the input                          | questions/masking plot_80_masking reference/masking
mask_zero                                          | questions/masking plot_40_embedding plot_80_masking
is padding counted in the loss                     | questions/masking reference/masking
weight recent steps more in the loss               | questions/masking
class weights for sequence labels                  | questions/masking class-weight-not-supported
input 30 steps, output 7 steps                     | questions/sequence_to_sequence questions/forecasting
seq2seq                                            | questions/sequence_to_sequence plot_60_encoder_decoder
encoder decoder                                    | questions/sequence_to_sequence plot_60_encoder_decoder
what is RepeatVector for                           | questions/sequence_to_sequence plot_60_encoder_decoder
decoder at inference time                          | questions/sequence_to_sequence plot_60_encoder_decoder
one to many                                        | questions/sequence_to_sequence
many to many                                       | plot_20_many_to_many questions/sequence_to_sequence
anomaly detection autoencoder                      | questions/sequence_to_sequence
forecast the next 24 hours                         | questions/forecasting shape-your-data
multi step prediction                              | questions/forecasting shape-your-data
use predictions as new inputs                      | questions/forecasting
forecast is just yesterday's value                 | questions/forecasting
timeseries_dataset_from_array                      | questions/forecasting shape-your-data
standardize inputs                                 | questions/forecasting shape-your-data
undo the scaling of the predictions                | questions/forecasting shape-your-data
word vectors                                       | questions/embedding plot_40_embedding
vocabulary size of an Embedding                    | questions/embedding plot_40_embedding
GloVe                                              | questions/embedding
out of vocabulary id                               | questions/embedding
always the same output                             | questions/training
model predicts the mean                            | questions/training questions/forecasting
loss is nan                                        | questions/training
evaluate gives another loss than fit               | questions/training
recurrent dropout                                  | plot_60_dropout questions/training
where to put dropout                               | plot_60_dropout questions/training
LSTM slow on GPU                                   | questions/training
cudnn                                              | questions/training
load old h5 model                                  | questions/versions_and_files checked/keras-2-to-3
save model                                         | questions/versions_and_files checked/keras-2-to-3
CuDNNLSTM                                          | questions/versions_and_files checked/keras-2-to-3
code for Keras 2                                   | questions/versions_and_files checked/keras-2-to-3
picture of my network                              | questions/drawing draw-your-own diagram
unrolled diagram                                   | questions/drawing draw-your-own diagram
see inside an LSTM cell                            | questions/drawing plot_10_one_lstm_step
how does an LSTM cell work                         | plot_10_one_lstm_step questions/drawing questions/units
how far back does the model look                   | plot_50_how_far_back
qué son los timesteps                              | questions/shape_of_x questions/timesteps
LSTM 的输入形状                                         | questions/shape_of_x shape-your-data
размер скрытого состояния units                    | questions/units
secuencias de distinta longitud                    | questions/masking
ctc loss stays above 3                             | a-softmax-in-front-of-ctc labels-longer-than
ctc labels padded with -1                          | labels-that-ctc-does-not-know
ctc loss of 700                                    | labels-longer-than-the-output-of-ctc
should I scale the labels too                      | unscaled-labels
one key too many in the input dictionary           | a-key-too-many-in-x
labels in a dict, by name of the output            | expected-float32 the-path-in y-true-and-y-pred missing-data
"""
ASKED = [
    (query.strip(), pages.split())
    for query, pages in (line.split("|") for line in QUERIES.splitlines())
]


@pytest.fixture(scope="module")
def results(chrome, html) -> list[list[str]]:
    page = chrome.new_page()
    page.goto(f"{html.as_uri()}/search.html")
    found: list[list[str]] = page.evaluate(TYPE, [query for query, _ in ASKED])
    page.close()
    return found


def test_questions_find_their_page_among_the_first_three(results) -> None:
    assert len(ASKED) >= 100
    missed = [
        f"{query!r} wants {pages[0]}, got {', '.join(hrefs)}"
        for (query, pages), hrefs in zip(ASKED, results, strict=True)
        if not any(page in href for page in pages for href in hrefs)
    ]
    share = 1 - len(missed) / len(ASKED)
    assert share >= LEAST, (
        f"{share:.0%} of {len(ASKED)} queries find their page; missed:\n"
        + "\n".join(missed)
    )
