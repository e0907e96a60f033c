import os
import gradio as gr
demo = gr.Interface(fn=lambda name: "hello " + name, inputs="text", outputs="text")
demo.launch(server_name="127.0.0.1", server_port=int(os.environ.get("PORT", "18431")), quiet=True)
