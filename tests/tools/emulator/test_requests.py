"""How requests are answered: several at once, ordered faults, and what moto cannot do."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.error import HTTPError
from urllib.request import ProxyHandler, Request, build_opener

import pytest
from botocore.exceptions import ClientError
from botocore.session import Session

from tools.emulator import LocalAws

EKS: Any = Session().get_service_model("eks")
EKS_WRITES = [
    name
    for name in EKS.operation_names
    if EKS.operation_model(name).http["method"] != "GET"
    and not name.startswith(("Describe", "List"))
]


def error_of(call: Callable[..., Any], **arguments: Any) -> dict[str, Any]:
    with pytest.raises(ClientError) as raised:
        call(**arguments)
    response: dict[str, Any] = raised.value.response
    return {
        "code": response["Error"]["Code"],
        "message": response["Error"]["Message"],
        "status": response["ResponseMetadata"]["HTTPStatusCode"],
    }


def any_input(shape: Any) -> Any:
    """The least that an operation can be called with."""
    kinds: dict[str, Any] = {"string": "x" * 20, "integer": 1, "boolean": True, "timestamp": 0}
    if shape.type_name == "structure":
        return {name: any_input(shape.members[name]) for name in shape.required_members}
    if shape.type_name == "list":
        return [any_input(shape.member)]
    if shape.type_name == "map":
        return {"key": "value"}
    return next(iter(getattr(shape, "enum", [])), kinds[shape.type_name])


def test_ten_clients_at_once_are_all_answered(aws: LocalAws) -> None:
    ec2 = aws.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]

    def work(worker: int) -> int:
        for turn in range(3):
            tags = [{"Key": f"k{worker}-{turn}", "Value": "v"}]
            table = ec2.create_route_table(
                VpcId=vpc, TagSpecifications=[{"ResourceType": "route-table", "Tags": tags}]
            )["RouteTable"]["RouteTableId"]
            ec2.create_route(
                RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway
            )
            ec2.create_security_group(
                GroupName=f"{worker}-{turn}", Description="one of many", VpcId=vpc
            )
            ec2.describe_route_tables()
            ec2.describe_security_groups()
        return worker

    with ThreadPoolExecutor(10) as pool:
        assert list(pool.map(work, range(10))) == list(range(10))
    tables = ec2.describe_route_tables(Filters=[{"Name": "vpc-id", "Values": [vpc]}])["RouteTables"]
    assert len(tables) == 31
    assert aws.failures() == []


def test_waiting_for_a_message_does_not_block_other_requests(aws: LocalAws) -> None:
    sqs = aws.client("sqs")
    queue = sqs.create_queue(QueueName="interruption")["QueueUrl"]
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(sqs.receive_message, QueueUrl=queue, WaitTimeSeconds=20)
        for _ in range(20):
            sqs.get_queue_attributes(QueueUrl=queue)
        sqs.send_message(QueueUrl=queue, MessageBody="spot")
        (message,) = waiting.result(timeout=15)["Messages"]
    assert message["Body"] == "spot"


@pytest.mark.parametrize(
    ("service", "operation", "arguments"),
    [
        ("ec2", "describe_verified_access_instances", {}),
        ("iam", "get_organizations_access_report", {"JobId": "x" * 36}),
        ("kms", "describe_custom_key_stores", {}),
        ("ecr", "get_account_setting", {"name": "BASIC_SCAN_TYPE_VERSION"}),
        ("eks", "list_eks_anywhere_subscriptions", {}),
        ("eks", "list_capabilities", {"clusterName": "x"}),
    ],
)
def test_what_moto_lacks_is_refused_at_once_and_recorded(
    aws: LocalAws, service: str, operation: str, arguments: dict[str, str]
) -> None:
    aws.reset()
    error = error_of(getattr(aws.client(service), operation), **arguments)
    assert error["status"] == 501
    assert error["code"] == "EmulatorUnsupported"
    (record,) = aws.failures()
    assert record["message"] == error["message"]
    assert "emulator" in record["message"]


def test_an_error_inside_moto_is_recorded_with_its_trace(aws: LocalAws) -> None:
    aws.reset()
    error = error_of(aws.client("autoscaling").describe_warm_pool, AutoScalingGroupName="none")
    (record,) = aws.failures()
    assert (error["status"], error["message"]) == (501, record["message"])
    assert "IndexError" in record["trace"]
    assert (record["service"], record["action"]) == ("autoscaling", "DescribeWarmPool")


@pytest.mark.parametrize(
    ("operation", "code", "status"),
    [
        *((operation, "ThrottlingException", 429) for operation in EKS_WRITES),
        ("CreateAddon", "ServerException", 500),
        ("CreateAddon", "ResourceInUseException", 409),
        ("CreateAddon", "InvalidParameterException", 400),
        ("CreateAddon", "InvalidRequestException", 400),
    ],
)
def test_every_eks_write_fails_as_ordered(
    aws: LocalAws, operation: str, code: str, status: int
) -> None:
    eks = aws.client("eks")
    methods = {action: method for method, action in eks.meta.method_to_api_mapping.items()}
    aws.inject("eks", operation, code, status=status, message="as ordered")
    arguments = any_input(EKS.operation_model(operation).input_shape)
    error = error_of(getattr(eks, methods[operation]), **arguments)
    assert (error["code"], error["status"]) == (code, status)
    assert error["message"].startswith("as ordered")
    assert aws.faults() == []


def test_calls_are_recorded_once_each_until_the_next_reset(aws: LocalAws) -> None:
    aws.reset()
    s3 = aws.client("s3")
    s3.create_bucket(Bucket="recorded")
    s3.put_object(Bucket="recorded", Key="folder/object", Body=b"text")
    s3.list_buckets()
    for _ in range(2):
        aws.client("eks").list_clusters()
    assert aws.calls() == [
        "eks:ListClusters",
        "s3:GET account",
        "s3:PUT bucket",
        "s3:PUT object",
    ]
    aws.reset()
    assert aws.calls() == []


def test_requests_are_recorded_with_their_parameters_and_tags_while_one_wants_them(
    aws: LocalAws,
) -> None:
    ec2 = aws.client("ec2")
    tags = [{"ResourceType": "vpc", "Tags": [{"Key": "environment", "Value": "dev"}]}]
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16", TagSpecifications=tags)["Vpc"]["VpcId"]
    aws.record_requests()
    ec2.delete_vpc(VpcId=vpc)
    aws.client("dynamodb").list_tables()
    deleted, listed = aws.recorded_requests()
    assert (deleted["service"], deleted["action"]) == ("ec2", "DeleteVpc")
    assert deleted["parameters"]["VpcId"] == vpc
    assert deleted["tags"] == {vpc: {"environment": "dev"}}
    assert listed["action"] == "ListTables"
    ec2.describe_vpcs()
    assert aws.recorded_requests() == []


def test_a_fault_lasts_as_often_as_ordered(aws: LocalAws) -> None:
    eks = aws.client("eks")
    aws.inject("eks", "ListClusters", "ServerException", status=500, times=2)
    aws.inject("eks", "ListClusters", "ThrottlingException", status=429)
    codes = [error_of(eks.list_clusters)["code"] for _ in range(3)]
    assert codes == ["ServerException", "ServerException", "ThrottlingException"]
    assert eks.list_clusters()["clusters"] == []


def test_faults_are_listed_and_cleared(aws: LocalAws) -> None:
    aws.inject("eks", "CreateAddon", "ServerException", status=500, times=3)
    (fault,) = aws.faults()
    assert (fault["action"], fault["times"], fault["status"]) == ("CreateAddon", 3, 500)
    aws.clear_faults()
    assert aws.faults() == []


@pytest.mark.parametrize(
    ("service", "action", "code", "call"),
    [
        ("iam", "ListRoles", "ServiceFailure", "list_roles"),
        ("ec2", "DescribeVpcs", "RequestLimitExceeded", "describe_vpcs"),
        ("dynamodb", "ListTables", "ThrottlingException", "list_tables"),
        ("route53", "ListHostedZones", "Throttling", "list_hosted_zones"),
    ],
)
def test_a_fault_has_the_protocol_of_its_service(
    aws: LocalAws, service: str, action: str, code: str, call: str
) -> None:
    aws.inject(service, action, code, status=503)
    error = error_of(getattr(aws.client(service), call))
    assert (error["code"], error["status"]) == (code, 503)


@pytest.mark.parametrize(("service", "action"), [("eks", "CreateAddons"), ("s3", "PutObject")])
def test_a_fault_that_could_never_occur_is_refused(
    aws: LocalAws, service: str, action: str
) -> None:
    with pytest.raises(ValueError, match="No fault can be injected"):
        aws.inject(service, action, "ServerException", status=500)


def test_an_attempt_after_a_lost_answer_gets_the_answer_of_the_first(aws: LocalAws) -> None:
    """A repeated create is no duplicate; another call of the same name is."""

    def create(call: str, attempt: int) -> tuple[int, bytes]:
        headers = {
            "Authorization": "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/ec2/aws4_request,"
            " SignedHeaders=host, Signature=0",
            "Content-Type": "application/x-www-form-urlencoded",
            "amz-sdk-invocation-id": call,
            "amz-sdk-request": f"attempt={attempt}; max=5",
        }
        body = "Action=CreateKeyPair&Version=2016-11-15&KeyName=once"
        request = Request(aws.endpoint, body.encode(), headers)  # noqa: S310 - loopback
        try:
            with build_opener(ProxyHandler({})).open(request) as answer:
                return answer.status, answer.read()
        except HTTPError as error:
            return error.code, error.read()

    first = create("one", 1)
    assert first[0] == 200
    assert create("one", 2) == first
    status, refused = create("two", 1)
    assert (status, b"InvalidKeyPair.Duplicate" in refused) == (400, True)
    # What failed is carried out when it is repeated.
    aws.client("ec2").delete_key_pair(KeyName="once")
    assert create("two", 2)[0] == 200
