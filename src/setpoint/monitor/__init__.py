"""How a system is: probes look, a store keeps what they found, rules alert. Nothing here changes what is served.

``config_monitor`` is what a program uses; ``sampler`` asks the probes (``probe_*``) and makes a sample; ``health`` is
what they say; ``store`` keeps samples and alerts; ``report`` sums them up.
"""
