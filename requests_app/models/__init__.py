from requests_app.models.fulfilment import Fulfilment
from requests_app.models.request import DeviceRequest, RequestLine

__all__ = ["DeviceRequest", "Fulfilment", "RequestLine"]
